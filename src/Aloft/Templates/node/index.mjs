// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
export const handler = async (event, context) => {
  console.log('greeting', event.name);
  return { greeting: `Hello, ${event.name ?? 'world'}!`, requestId: context.awsRequestId };
};
