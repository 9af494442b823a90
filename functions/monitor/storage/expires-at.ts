import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** When DynamoDB deletes an item. @param time epoch ms @returns seconds, as DynamoDB reads them */
export function expiresAt(time: number, keptDays: number): AttributeValue.NMember {
  return { N: String(Math.floor(time / 1_000) + keptDays * 86_400) };
}
