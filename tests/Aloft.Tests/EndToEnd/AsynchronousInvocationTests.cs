namespace Aloft.Tests.EndToEnd;

[Collection(RealProgram.Name)]
public sealed class AsynchronousInvocationTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Printing = "exports.handler = async event => { console.log('ran', event.id); };";

    [Fact]
    public async Task Every_event_runs()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Printing));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(id => lambda.Invoke(name, $$"""{"id":"<{{id}}>"}""", "Event")));
        Assert.All(answers, answer => Assert.Equal((202, 0), (answer.Status, answer.Body.Length)));
        await Eventually.True(
            async () =>
            {
                var lines = await lambda.LogLines(name, "ran");
                return Enumerable.Range(0, 100).All(id => lines.Any(line => line.Contains($"<{id}>", StringComparison.Ordinal)));
            },
            "all hundred events ran");
    }

    [Fact]
    public async Task Request_id_of_the_answer_is_that_of_the_run()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Printing));
        var id = (await lambda.Invoke(name, "{}", "Event")).Header("x-amzn-RequestId")!;
        await Eventually.True(
            async () => (await lambda.LogLines(name)).Any(line => line.StartsWith($"START RequestId: {id}", StringComparison.Ordinal)),
            "the event ran under its request id");
    }

    [Fact]
    public async Task Pending_events_survive_an_orderly_restart()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        string name;
        await using (var first = await AloftProgram.Start(data.Path))
        {
            using var lambda = first.Lambda(account);
            name = await lambda.Create(FunctionSource.Node(Printing));
            await lambda.Reserve(name, 0);
            Assert.Equal(202, (await lambda.Invoke(name, """{"id":"kept"}""", "Event")).Status);
        }

        await using var second = await AloftProgram.Start(data.Path);
        using var again = second.Lambda(account);
        Assert.Equal(204, (await again.Send(HttpMethod.Delete, $"/2017-10-31/functions/{name}/concurrency")).Status);
        await Eventually.True(
            async () => (await again.LogLines(name, "kept")).Count > 0, "the event ran after the restart", TimeSpan.FromMinutes(2));
    }
}
