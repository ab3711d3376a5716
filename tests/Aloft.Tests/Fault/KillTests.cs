using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Aloft.Tests.EndToEnd;
using Xunit.Abstractions;

namespace Aloft.Tests.Fault;

/// <summary>
/// Promise R1: no acknowledged asynchronous invocation is lost by <c>kill -9</c>. What counts as having run is durable by itself: the
/// function makes a log stream named after its event, by an API call that Aloft acknowledges, before it returns. So a delivery that
/// is struck off without its effect shows, whatever became of the run's log.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    const int Senders = 8;
    const string Evidence = "/evidence";

    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("ALOFT_KILLS") ?? "20", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task No_acknowledged_event_is_lost()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        var name = await Prepare(data.Path, account, lambda => Witness(lambda, account, "event.id"));
        await KillUnderLoad(data, account, name, Rounds);
    }

    /// <summary>The record for a destination is written where the event is struck off: the witness sees only records.</summary>
    [Fact]
    public async Task No_record_of_an_acknowledged_event_is_lost()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        var name = await Prepare(data.Path, account, async lambda =>
        {
            var witness = await Witness(lambda, account, "event.requestPayload.id");
            var source = await lambda.Create(FunctionSource.Echo);
            var destination = new JsonObject { ["Destination"] = $"arn:aws:lambda:us-east-1:{account}:function:{witness}" };
            var configured = await lambda.Send(
                HttpMethod.Put, $"/2019-09-25/functions/{source}/event-invoke-config",
                new JsonObject { ["DestinationConfig"] = new JsonObject { ["OnSuccess"] = destination } });
            Assert.Equal(200, configured.Status);
            return source;
        });
        await KillUnderLoad(data, account, name, (Rounds + 3) / 4);
    }

    async Task KillUnderLoad(TemporaryFolder data, string account, string name, int rounds)
    {
        var acknowledged = new ConcurrentBag<string>();
        var starts = new List<double>();
        var random = new Random(20260101);

        for (var round = 0; round < rounds; round++)
        {
            await using var program = await AloftProgram.Start(data.Path);
            starts.Add(program.StartTime.TotalMilliseconds);
            using var lambda = program.Lambda(account);
            using var killed = new CancellationTokenSource();
            var load = Enumerable.Range(0, Senders).Select(sender => Send(lambda, name, $"{round}-{sender}", acknowledged, killed.Token)).ToArray();
            await Task.Delay(random.Next(200, 1200));
            program.Kill();
            await killed.CancelAsync();
            await Task.WhenAll(load);
        }

        await using var last = await AloftProgram.Start(data.Path);
        using var survivor = last.Lambda(account);
        var missing = acknowledged.ToHashSet();
        var total = missing.Count;
        Assert.True(total > rounds, $"Only {total} events were acknowledged in {rounds} rounds.");
        await Eventually.True(
            async () =>
            {
                missing.ExceptWith(await Streams(survivor));
                return missing.Count == 0;
            },
            $"every one of {total} acknowledged events has run", TimeSpan.FromMinutes(4));

        starts.Sort();
        output.WriteLine($"{rounds} kills, {total} acknowledged events, none lost; restart to ready: median {starts[starts.Count / 2]:F0} ms, worst {starts[^1]:F0} ms");
    }

    /// <summary>A function that was created, configured and acknowledged is there, whole, after a kill at once.</summary>
    [Fact]
    public async Task Acknowledged_changes_survive_a_kill()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        for (var round = 0; round < 3; round++)
        {
            string name;
            await using (var first = await AloftProgram.Start(data.Path))
            {
                using var lambda = first.Lambda(account);
                name = await lambda.Create(FunctionSource.Echo, more: new JsonObject { ["Tags"] = new JsonObject { ["round"] = $"{round}" } });
                await lambda.Reserve(name, 3);
                first.Kill();
            }

            await using var second = await AloftProgram.Start(data.Path);
            using var again = second.Lambda(account);
            var whole = (await again.Send(HttpMethod.Get, $"/2015-03-31/functions/{name}")).Json;
            Assert.Equal($"{round}", whole.GetProperty("Tags").GetProperty("round").GetString());
            Assert.Equal(3, whole.GetProperty("Concurrency").GetProperty("ReservedConcurrentExecutions").GetInt32());
            Assert.Equal("9", (await again.Invoke(name, "9")).Text);
        }
    }

    /// <summary>As many instances are initialised again, before anybody calls.</summary>
    [Fact]
    public async Task Provisioned_concurrency_is_there_again_after_a_kill()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        string name;
        await using (var first = await AloftProgram.Start(data.Path))
        {
            using var lambda = first.Lambda(account);
            name = await lambda.Create(FunctionSource.Echo);
            Assert.Equal(201, (await lambda.Send(HttpMethod.Post, $"/2015-03-31/functions/{name}/versions", new JsonObject())).Status);
            var put = await lambda.Send(HttpMethod.Put, Provisioned(name), new JsonObject { ["ProvisionedConcurrentExecutions"] = 2 });
            Assert.Equal(202, put.Status);
            first.Kill();
        }

        await using var second = await AloftProgram.Start(data.Path);
        using var again = second.Lambda(account);
        await Eventually.True(
            async () =>
            {
                var config = (await again.Send(HttpMethod.Get, Provisioned(name))).Json;
                return config.GetProperty("Status").GetString() == "READY"
                    && config.GetProperty("AllocatedProvisionedConcurrentExecutions").GetInt32() == 2;
            },
            "two instances are ready");
        Assert.Equal("9", (await again.Invoke($"{name}:1", "9")).Text);
        var report = await Eventually.Get(
            async () => (await again.LogLines(name)).Find(line => line.StartsWith("REPORT", StringComparison.Ordinal)), "the report");
        Assert.DoesNotContain("Init Duration", report, StringComparison.Ordinal);
    }

    static string Provisioned(string name) => $"/2019-09-30/functions/{name}/provisioned-concurrency?Qualifier=1";

    static async Task<string> Prepare(string data, string account, Func<LambdaWire, Task<string>> create)
    {
        await using var program = await AloftProgram.Start(data);
        using var lambda = program.Lambda(account);
        Assert.Equal(200, (await lambda.Logs("CreateLogGroup", new JsonObject { ["logGroupName"] = Evidence })).Status);
        return await create(lambda);
    }

    /// <param name="id">Where in its event it finds what it bears witness to.</param>
    static Task<string> Witness(LambdaWire lambda, string account, string id) =>
        lambda.Create(FunctionSource.Node($$"""
            exports.handler = async event => {
              const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
                method: 'POST',
                headers: {
                  'content-type': 'application/x-amz-json-1.1',
                  'x-amz-target': 'Logs_20140328.CreateLogStream',
                  'x-amz-date': '20260101T000000Z',
                  authorization: 'AWS4-HMAC-SHA256 Credential={{account}}/20260101/us-east-1/logs/aws4_request, '
                    + `SignedHeaders=host, Signature=${'0'.repeat(64)}`,
                },
                body: JSON.stringify({ logGroupName: '{{Evidence}}', logStreamName: {{id}} }),
              });
              const text = await answer.text();
              if (!answer.ok && !text.includes('ResourceAlreadyExistsException')) throw new Error(text);
            };
            """));

    static async Task Send(LambdaWire lambda, string name, string sender, ConcurrentBag<string> acknowledged, CancellationToken killed)
    {
        for (var number = 0; !killed.IsCancellationRequested; number++)
        {
            var id = $"{sender}-{number}";
            try
            {
                if ((await lambda.Invoke(name, $$"""{"id":"{{id}}"}""", "Event")).Status == 202)
                    acknowledged.Add(id);
            }
            catch (HttpRequestException)
            {
                return; // the program is gone: this one was not acknowledged
            }
        }
    }

    static async Task<List<string>> Streams(LambdaWire lambda)
    {
        var found = new List<string>();
        var request = new JsonObject { ["logGroupName"] = Evidence, ["limit"] = 50 };
        do
        {
            var answer = (await lambda.Logs("DescribeLogStreams", request)).Json;
            found.AddRange(answer.GetProperty("logStreams").EnumerateArray().Select(stream => stream.GetProperty("logStreamName").GetString()!));
            request["nextToken"] = answer.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
        }
        while (request["nextToken"] is not null);
        return found;
    }
}
