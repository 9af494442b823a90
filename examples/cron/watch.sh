#!/bin/sh
# Every five minutes: */5 * * * * /home/billing/togai-watch/watch.sh
# Cron mails what is written here: the messages, and the reason where a run fails. The token is in the file .env: TOGAI_TOKEN=...
cd "$(dirname "$0")" || exit
exec npx unmetered-events-monitor run --state monitor.json --print email --quiet
