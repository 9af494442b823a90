#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib/core';
import { MyAppStack } from '../lib/my-app-stack';

const app = new cdk.App();
new MyAppStack(app, 'MyAppStack');
