// Names AWS's own address, as the AWS SDK for JavaScript would reach it.
import https from 'node:https';

export const handler = async (event, context) => {
  console.log(`called as ${context.functionName}`);
  if (event.fail) throw new TypeError('as asked');
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': 'DynamoDB_20120810.ListTables',
    'X-Amz-Date': '20261121T000000Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=node/20261121/eu-west-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
  };
  return new Promise((resolve, reject) => {
    const request = https.request(
      { host: event.host ?? 'dynamodb.eu-west-1.amazonaws.com', method: 'POST', headers },
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve(JSON.parse(body)));
      },
    );
    request.on('error', reject);
    request.end('{}');
  });
};
