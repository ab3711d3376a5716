export const handler = async (event) => {
  const name = event.name ?? 'world';
  console.log(`Greeting ${name}`);
  return { message: `Hello, ${name}!` };
};
