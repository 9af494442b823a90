/** The events of a page that is full: Togai's maximum, and its default. Source: its reference of `GET /events`, "pageSize". */
export const PAGE_SIZE = 50;
