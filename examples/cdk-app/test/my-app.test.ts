import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import * as MyApp from '../lib/my-app-stack';

test('the monitor runs on Node.js 24 with our thresholds', () => {
  const stack = new MyApp.MyAppStack(new cdk.App(), 'MyTestStack');
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Environment: {
      Variables: Match.objectLike({
        THRESHOLDS: 'unmetered >= 10, unmetered by account >= 50% critical',
      }),
    },
  });
});

test('the person on call gets every message by email', () => {
  const stack = new MyApp.MyAppStack(new cdk.App(), 'MyTestStack');
  Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'oncall@example.com',
  });
});
