using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>Functions that change or go while they run.</summary>
[Collection(RealProgram.Name)]
public sealed class MidFlightTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Slow = "exports.handler = async ms => { console.log('began', ms); await new Promise(done => setTimeout(done, ms)); return 'old'; };";

    [Fact]
    public async Task Running_invocation_finishes_on_the_old_code()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow));
        var running = await Running(lambda, name);
        await lambda.UpdateCode(name, FunctionSource.Node("exports.handler = async () => 'new';"));
        Assert.Equal("\"new\"", (await lambda.Invoke(name, "0")).Text);
        Assert.Equal("\"old\"", (await running).Text);
    }

    [Fact]
    public async Task Deleted_function_finishes_what_it_runs_and_takes_no_more()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow));
        var running = await Running(lambda, name);
        Assert.Equal(204, (await lambda.Delete(name)).Status);
        Assert.Equal(404, (await lambda.Invoke(name, "0")).Status);
        Assert.Equal("\"old\"", (await running).Text);
    }

    [Fact]
    public async Task Function_made_anew_under_a_deleted_name_runs_its_own_code()
    {
        using var lambda = shared.Program.Lambda();
        var body = new JsonObject
        {
            ["FunctionName"] = "again",
            ["Runtime"] = "nodejs20.x",
            ["Handler"] = "index.handler",
            ["Role"] = $"arn:aws:iam::{lambda.Account}:role/any",
        };
        for (var round = 0; round < 3; round++)
        {
            var code = FunctionSource.Node($"exports.handler = async () => {round};");
            body["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(code.Zip) };
            Assert.Equal(201, (await lambda.Send(HttpMethod.Post, "/2015-03-31/functions", body)).Status);
            await lambda.UntilUpdated("again");
            Assert.Equal($"{round}", (await lambda.Invoke("again")).Text);
            Assert.Equal(204, (await lambda.Delete("again")).Status);
        }
    }

    [Fact]
    public async Task Caller_that_goes_away_does_not_harm_the_next()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow));
        using (var impatient = new HttpClient { BaseAddress = shared.Program.Endpoint, Timeout = TimeSpan.FromMilliseconds(200) })
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => impatient.SendAsync(lambda.Request(HttpMethod.Post, $"/2015-03-31/functions/{name}/invocations", "1000"u8.ToArray())));
        Assert.Equal("\"old\"", (await lambda.Invoke(name, "0")).Text);
    }

    /// <summary>An invocation of four seconds, which has begun on return.</summary>
    static async Task<Task<WireAnswer>> Running(LambdaWire lambda, string name)
    {
        var running = lambda.Invoke(name, "4000");
        await Eventually.True(async () => (await lambda.LogLines(name, "began")).Count > 0, "the slow invocation has begun");
        return running;
    }
}
