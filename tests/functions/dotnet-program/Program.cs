// A program with a client of the Runtime API of its own: answers the event.
using var http = new HttpClient
{
    BaseAddress = new Uri($"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/"),
    Timeout = Timeout.InfiniteTimeSpan,
};
while (true)
{
    using var invocation = await http.GetAsync("next");
    var id = invocation.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
    Console.WriteLine($"the program runs {id}");
    using var answered = await http.PostAsync($"{id}/response", new ByteArrayContent(await invocation.Content.ReadAsByteArrayAsync()));
}
