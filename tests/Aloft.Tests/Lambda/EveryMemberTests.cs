using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Platform.Lambda;
using Aloft.Tests.EndToEnd;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Tests.Lambda;

/// <summary>
/// Nothing is silently ignored: of every operation that is served, each parameter that AWS's API model puts into query or headers is looked
/// at, and each structure of its body refuses what nobody reads. <c>members.txt</c> is what the model lists.
/// </summary>
public sealed class EveryMemberTests
{
    const string Bogus = "BogusMember";

    /// <summary>A body that breaks no constraint, so that it is judged by what else is in it.</summary>
    static readonly Dictionary<string, JsonObject> Sound = new()
    {
        ["CreateFunction"] = LambdaFixture.NewFunction("other"),
        ["AddPermission"] = new() { ["StatementId"] = "s", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" },
        ["AddLayerVersionPermission"] = new() { ["StatementId"] = "s", ["Action"] = "lambda:GetLayerVersion", ["Principal"] = "*" },
        ["CreateAlias"] = new() { ["Name"] = "other", ["FunctionVersion"] = "1" },
        ["CreateFunctionUrlConfig"] = new() { ["AuthType"] = "NONE" },
        ["PublishLayerVersion"] = LambdaFixture.NewLayer(null, ("file", "text")),
        ["PutFunctionConcurrency"] = new() { ["ReservedConcurrentExecutions"] = 1 },
        ["PutFunctionRecursionConfig"] = new() { ["RecursiveLoop"] = "Allow" },
        ["PutProvisionedConcurrencyConfig"] = new() { ["ProvisionedConcurrentExecutions"] = 1 },
        ["PutRuntimeManagementConfig"] = new() { ["UpdateRuntimeOn"] = "Auto" },
        ["TagResource"] = new() { ["Tags"] = new JsonObject { ["a"] = "b" } },
        ["UpdateFunctionCode"] = new() { ["ZipFile"] = Convert.ToBase64String(LambdaFixture.Zip) },
    };

    static readonly Dictionary<string, string[]> Model = File.ReadLines(Repository.PathOf("tests", "Aloft.Tests", "Lambda", "members.txt"))
        .Where(line => line[0] != '#').Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1..]);

    static readonly ServiceDefinition Table = Operations.Define(null!, null!, null!, null!, null!, Unused, Unused, Unused);

    static ValueTask<ApiResponse> Unused(ApiRequest request, CancellationToken stop) => throw new NotSupportedException();

    public static TheoryData<string> Served => [.. Table.Operations.Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Served))]
    public async Task Every_parameter_outside_the_body_is_looked_at(string operation)
    {
        await using var bed = await Bed.Open();
        var looked = new List<string>();
        try
        {
            await bed.Call(operation, Sound.GetValueOrDefault(operation), looked);
        }
        catch (ApiError)
        {
            // A refusal looks at them too.
        }
        Assert.DoesNotContain(
            Model[operation], member => member[0] is '?' or '@' && !looked.Contains(member[1..], StringComparer.OrdinalIgnoreCase));
    }

    public static TheoryData<string, string> Structures
    {
        get
        {
            var structures = new TheoryData<string, string>();
            foreach (var operation in Table.Operations)
                foreach (var member in Model[operation.Name].Where(member => member[0] == '.'))
                    structures.Add(operation.Name, member);
            return structures;
        }
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public async Task What_nobody_reads_in_a_body_is_refused_by_name(string operation, string structure)
    {
        await using var bed = await Bed.Open();
        var body = Sound.GetValueOrDefault(operation)?.DeepClone().AsObject() ?? [];
        var inner = body;
        foreach (var name in structure.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (inner[name] is null)
                inner[name] = new JsonObject();
            inner = inner[name]!.AsObject();
        }
        inner[Bogus] = "x";

        var error = await Assert.ThrowsAsync<ApiError>(() => bed.Call(operation, body, []));
        Assert.Equal(400, error.HttpStatus);
        // Of a structure that is not honoured at all, its own name is enough.
        Assert.Contains(
            structure.Split('.').Append(Bogus).Where(name => name.Length > 0),
            name => error.Message.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>One function, one alias, one layer, and the table over the engine.</summary>
    sealed class Bed : IAsyncDisposable
    {
        readonly Engine engine;
        readonly ServiceDefinition service;

        Bed(Engine engine, Outbox outbox)
        {
            this.engine = engine;
            service = Operations.Define(
                engine.Registry, engine.Code, new([new(Platform.Functions.Standby.Language.Node, new(20, 1), "/usr/bin/node")], strict: false),
                new(engine.Registry, engine.Code, TimeProvider.System), new(), new Invoke(engine.Registry, engine.Invoker, outbox, TimeProvider.System).Handle,
                new InvokeWithResponseStream(engine.Registry, engine.Invoker, TimeProvider.System).Handle, new InvokeAsync(engine.Registry, outbox).Handle);
        }

        public static async Task<Bed> Open()
        {
            var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
            await engine.Create("hello");
            var outbox = new Outbox(engine.Db, "node", TimeProvider.System);
            await outbox.Migrate(CancellationToken.None);
            return new(engine, outbox);
        }

        public async Task<ApiResponse> Call(string operation, JsonObject? body, List<string> looked)
        {
            var row = service.Operations.Single(row => row.Name == operation);
            var http = new DefaultHttpContext();
            (http.Request.Scheme, http.Request.Host) = ("http", new("localhost:4566"));
            http.Features.Set<IQueryFeature>(new QueryFeature(Recorder<IQueryCollection>.Over(http.Request.Query, looked)));
            http.Features.GetRequiredFeature<IHttpRequestFeature>().Headers = Recorder<IHeaderDictionary>.Over(new HeaderDictionary(), looked);
            var labels = row.Route!.Split('?')[0].Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
            return await row.Handle(
                new()
                {
                    Context = new(RequestContext.DefaultAccount, RequestContext.DefaultRegion, Guid.NewGuid().ToString(), "arn:aws:iam::000000000000:root"),
                    Payload = body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()),
                    PathParameters = labels.ToDictionary(label => label, Value),
                    Http = http.Request,
                },
                CancellationToken.None);
        }

        static string Value(string label) => label switch
        {
            "VersionNumber" => "1",
            "Resource" => "arn:aws:lambda:us-east-1:000000000000:function:hello",
            _ => "hello",
        };

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }

    /// <summary>Hands every call on, and keeps the names that were asked for.</summary>
    public class Recorder<T> : DispatchProxy where T : class
    {
        T inner = null!;
        List<string> asked = null!;

        public static T Over(T inner, List<string> asked)
        {
            var proxy = Create<T, Recorder<T>>();
            var recorder = (Recorder<T>)(object)proxy;
            (recorder.inner, recorder.asked) = (inner, asked);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (args is [string name, ..])
                asked.Add(name);
            return targetMethod!.Invoke(inner, args);
        }
    }
}
