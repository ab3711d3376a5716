using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Tests.EndToEnd;
using Xunit.Abstractions;

namespace Aloft.Tests.Fault;

/// <summary>
/// Invocations of every kind, in any order, while functions are changed, published and deleted: each gets its own answer, and afterwards the
/// node holds what it held before. <c>ALOFT_MIXED=10000</c> makes a soak of it.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class MixedRunTests(ITestOutputHelper output)
{
    const int Callers = 12;

    static readonly int Invocations = int.Parse(Environment.GetEnvironmentVariable("ALOFT_MIXED") ?? "300", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_call_gets_its_answer_and_nothing_is_left_behind()
    {
        using var data = new TemporaryFolder();
        await using var program = await AloftProgram.Start(data.Path);
        using var lambda = program.Lambda();
        NodeState Now() => NodeState.Of(program.ProcessId, data.Path);
        var atRest = await Settled(Now);

        await Run(lambda, Math.Min(150, Invocations), seed: 1); // what is made once for all, is made
        NodeState before = Now();
        await Eventually.True(() => (before = Now()).Processes <= atRest.Processes, "the instances of deleted functions are gone", TimeSpan.FromMinutes(3));
        before = await Settled(Now);

        var clock = Stopwatch.StartNew();
        var counts = await Run(lambda, Invocations, seed: 2);
        var kinds = string.Join(", ", counts.OrderBy(kind => kind.Key).Select(kind => $"{kind.Value} {kind.Key}"));
        output.WriteLine($"{Invocations} invocations in {clock.Elapsed.TotalSeconds:0.0} s: {kinds}");
        output.WriteLine($"at rest {atRest}\nbefore  {before}\nbusy    {Now()}");
        var after = Now();
        try
        {
            await Eventually.True(() => (after = Now()).IsNoMoreThan(before), "nothing is left", TimeSpan.FromMinutes(3));
        }
        finally
        {
            output.WriteLine($"after   {after}");
        }
    }

    /// <summary>All functions are deleted again at its end.</summary>
    static async Task<IReadOnlyDictionary<string, int>> Run(LambdaWire lambda, int invocations, int seed)
    {
        var functions = await Functions.Create(lambda);
        using var done = new CancellationTokenSource();
        var changes = functions.ChangeUntil(done.Token);
        var counts = new ConcurrentDictionary<string, int>();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            var random = new Random((seed * 1000) + caller);
            while (Interlocked.Increment(ref next) <= invocations)
                counts.AddOrUpdate(await functions.Call(random), 1, (_, count) => count + 1);
        }));
        await done.CancelAsync();
        counts["changes"] = await changes;
        await functions.Delete();
        return counts;
    }

    /// <summary>The state once nothing has begun or ended for some looks in a row.</summary>
    static async Task<NodeState> Settled(Func<NodeState> now)
    {
        var (last, same) = (now(), 0);
        await Eventually.True(
            () =>
            {
                var state = now();
                same = state.Processes == last.Processes && state.Mounts == last.Mounts ? same + 1 : 0;
                last = state;
                return same >= 20;
            },
            "the node has settled", TimeSpan.FromMinutes(1));
        return last;
    }

    /// <summary>One function of each kind.</summary>
    sealed class Functions
    {
        const string Misbehaving = """
            exports.handler = async event => {
              if (event === 'throw') throw new RangeError('as asked');
              if (event === 'exit') process.exit(3);
              if (event === 'hang') await new Promise(done => setTimeout(done, 60000));
            };
            """;

        const string Streaming = """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              for (let part = 0; part < event; part++) stream.write(`part ${part}\n`);
              stream.end();
            });
            """;

        const string Slow = """
            import time
            def handler(event, context):
                time.sleep(event / 1000)
                print('slept', event)
                return event
            """;

        readonly LambdaWire lambda;
        readonly string changing, slow, custom, misbehaving, streaming;

        Functions(LambdaWire lambda, string[] names)
        {
            this.lambda = lambda;
            (changing, slow, custom, misbehaving, streaming) = (names[0], names[1], names[2], names[3], names[4]);
        }

        public static async Task<Functions> Create(LambdaWire lambda) => new(lambda,
        [
            await lambda.Create(Echo(0), timeoutSeconds: 60),
            await lambda.Create(FunctionSource.Python(Slow), timeoutSeconds: 60),
            await lambda.Create(FunctionSource.ShellEcho, timeoutSeconds: 60),
            await lambda.Create(FunctionSource.Node(Misbehaving), timeoutSeconds: 1),
            await lambda.Create(FunctionSource.Node(Streaming), timeoutSeconds: 60),
        ]);

        static FunctionSource Echo(int number) => FunctionSource.Node($"exports.handler = async event => event; // {number}");

        /// <summary>Calls one of them, and checks what it answers. Returns what kind of call it was.</summary>
        public async Task<string> Call(Random random)
        {
            var number = random.Next(1, 1_000_000);
            switch (random.Next(100))
            {
                case < 50:
                    Assert.Equal($"{number}", (await lambda.Invoke(changing, $"{number}")).Text);
                    return "calls";
                case < 65:
                    Assert.Equal($"{number % 20}", (await lambda.Invoke(slow, $"{number % 20}", tail: true)).Text);
                    return "slow";
                case < 75:
                    Assert.Equal($"{number}", (await lambda.Invoke(custom, $"{number}")).Text);
                    return "custom";
                case < 85:
                    Assert.Equal(202, (await lambda.Invoke(changing, $"{number}", "Event")).Status);
                    return "events";
                case < 91:
                    var parts = number % 50;
                    var stream = await lambda.Send(HttpMethod.Post, $"/2021-11-15/functions/{streaming}/response-streaming-invocations", parts);
                    Assert.Equal(parts, stream.Text.Split("part ").Length - 1);
                    return "streams";
                case < 94:
                    var large = $"\"{new string((char)('a' + (number % 26)), number * 5)}\"";
                    Assert.True(large == (await lambda.Invoke(changing, large)).Text, "A large payload comes back.");
                    return "large";
                case < 97:
                    Assert.Equal("RangeError", (await lambda.Invoke(misbehaving, "\"throw\"")).FunctionErrorType);
                    return "errors";
                case < 99:
                    Assert.Equal("Runtime.ExitError", (await lambda.Invoke(misbehaving, "\"exit\"")).FunctionErrorType);
                    return "exits";
                default:
                    Assert.Equal("Sandbox.Timedout", (await lambda.Invoke(misbehaving, "\"hang\"")).FunctionErrorType);
                    return "time-outs";
            }
        }

        /// <summary>New code, a version of it that is called and deleted, and every third time a function that comes and goes. Returns how often.</summary>
        public async Task<int> ChangeUntil(CancellationToken stop)
        {
            var round = 0;
            while (!stop.IsCancellationRequested)
            {
                await lambda.UpdateCode(changing, Echo(++round));
                var published = await lambda.Send(HttpMethod.Post, $"/2015-03-31/functions/{changing}/versions", new JsonObject());
                var version = published.Json.GetProperty("Version").GetString();
                Assert.Equal("1", (await lambda.Invoke($"{changing}:{version}", "1")).Text);
                Assert.Equal(204, (await lambda.Delete($"{changing}:{version}")).Status);
                if (round % 3 != 0)
                    continue;
                var passing = await lambda.Create(Echo(-round));
                Assert.Equal("2", (await lambda.Invoke(passing, "2")).Text);
                Assert.Equal(204, (await lambda.Delete(passing)).Status);
            }
            return round;
        }

        public async Task Delete()
        {
            foreach (var name in (string[])[changing, slow, custom, misbehaving, streaming])
                Assert.Equal(204, (await lambda.Delete(name)).Status);
        }
    }
}
