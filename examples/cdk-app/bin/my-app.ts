#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib/core';
import { MyAppStack } from '../lib/my-app-stack.ts';

const app = new cdk.App();
new MyAppStack(app, 'MyAppStack');
