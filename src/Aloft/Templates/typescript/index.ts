// https://docs.aws.amazon.com/lambda/latest/dg/typescript-handler.html
interface Greeting {
  name?: string;
}

export const handler = async (event: Greeting, context: { awsRequestId: string }) => {
  console.log('greeting', event.name);
  return { greeting: `Hello, ${event.name ?? 'world'}!`, requestId: context.awsRequestId };
};
