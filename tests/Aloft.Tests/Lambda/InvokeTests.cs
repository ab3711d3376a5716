using System.Collections.Concurrent;
using System.Text;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda;

public sealed class InvokeTests
{
    [Fact]
    public async Task RequestResponse_answers_with_the_functions_payload_and_the_version_that_ran()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) => sandbox.Respond(Encoding.UTF8.GetString(payload)));
        await engine.Create("f");
        var response = await Call(engine, "f", """{"a":1}""");

        Assert.Equal(200, response.HttpStatus);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(response.Payload.Span));
        Assert.Equal("$LATEST", Header(response, "X-Amz-Executed-Version"));
        Assert.Null(Header(response, "X-Amz-Function-Error"));
        Assert.Null(Header(response, "X-Amz-Log-Result"));
    }

    [Fact]
    public async Task A_failing_function_is_a_200_that_says_so()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Error("""{"errorType":"TypeError"}"""));
        await engine.Create("f");
        var response = await Call(engine, "f");

        Assert.Equal(200, response.HttpStatus);
        Assert.Equal("Unhandled", Header(response, "X-Amz-Function-Error"));
        Assert.Equal("""{"errorType":"TypeError"}""", Encoding.UTF8.GetString(response.Payload.Span));
    }

    [Fact]
    public async Task LogType_Tail_brings_the_logs_end()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var tail = Header(await Call(engine, "f", headers: ("X-Amz-Log-Type", "Tail")), "X-Amz-Log-Result");
        Assert.StartsWith("START RequestId: ", Encoding.UTF8.GetString(Convert.FromBase64String(tail!)));
    }

    [Fact]
    public async Task Event_is_accepted_only_when_it_is_durable()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        Assert.Equal(202, (await Call(engine, "f", """{"n":1}""", ("X-Amz-Invocation-Type", "Event"))).HttpStatus);

        var stored = await engine.Db.Read(
            session => session.Query("SELECT payload, target FROM deliveries", row => (Encoding.UTF8.GetString(row.Bytes(0)), row.Text(1))),
            CancellationToken.None);
        Assert.Equal([("""{"n":1}""", "arn:aws:lambda:us-east-1:000000000000:function:f")], stored);
    }

    [Fact]
    public async Task DryRun_runs_nothing()
    {
        var ran = new ConcurrentQueue<string>();
        await using var engine = await Engine.Start((sandbox, id, _) =>
        {
            ran.Enqueue(id);
            return sandbox.Respond("1");
        });
        await engine.Create("f");
        Assert.Equal(204, (await Call(engine, "f", headers: ("X-Amz-Invocation-Type", "DryRun"))).HttpStatus);
        Assert.Empty(ran);
    }

    [Theory]
    [InlineData("RequestResponse")]
    [InlineData("Event")]
    [InlineData("DryRun")]
    public async Task A_function_that_is_not_there_is_not_found(string type)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var error = await Refused(engine, "none", headers: ("X-Amz-Invocation-Type", type));
        Assert.Equal(("ResourceNotFoundException", 404), (error.Code, error.HttpStatus));
        Assert.Equal("Function not found: arn:aws:lambda:us-east-1:000000000000:function:none", error.Message);
    }

    [Fact]
    public async Task A_throttled_call_is_told_why()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Registry.Reserve(await engine.Create("f"), 0, 1000, CancellationToken.None);
        var error = await Refused(engine, "f");
        Assert.Equal(("TooManyRequestsException", 429), (error.Code, error.HttpStatus));
        Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", error.Members["Reason"]);
        Assert.Equal("1", error.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("{", "InvalidRequestContentException", 400)]
    [InlineData("nonsense", "InvalidRequestContentException", 400)]
    [InlineData("{} {}", "InvalidRequestContentException", 400)]
    public async Task A_payload_that_is_not_json_is_refused(string payload, string code, int status)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var error = await Refused(engine, "f", payload);
        Assert.Equal((code, status), (error.Code, error.HttpStatus));
    }

    [Theory]
    [InlineData("22ff22", "RequestResponse")]
    [InlineData("7b22c3223a317d", "RequestResponse")]
    [InlineData("22eda08022", "Event")]
    public async Task A_payload_that_is_not_utf8_is_refused(string payload, string type)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var error = await Assert.ThrowsAsync<ApiError>(() => Call(engine, "f", Convert.FromHexString(payload), ("X-Amz-Invocation-Type", type)));
        Assert.Equal(("InvalidRequestContentException", 400), (error.Code, error.HttpStatus));
    }

    [Theory]
    [InlineData("X-Amz-Log-Type", "Head", "ValidationException")]
    [InlineData("X-Amz-Client-Context", "!!", "InvalidRequestContentException")]
    public async Task A_dry_run_and_an_event_refuse_the_options_that_a_call_refuses(string header, string value, string code)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        foreach (var type in new[] { "DryRun", "Event" })
            Assert.Equal(code, (await Refused(engine, "f", headers: [("X-Amz-Invocation-Type", type), (header, value)])).Code);
    }

    [Theory]
    [InlineData("X-Amz-Invocation-Type", "Sometime", "'invocationType'")]
    [InlineData("X-Amz-Log-Type", "Head", "'logType'")]
    public async Task A_type_that_the_model_has_not_is_a_validation_error(string header, string value, string member)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var error = await Refused(engine, "f", headers: (header, value));
        Assert.Equal("ValidationException", error.Code);
        Assert.Contains(member, error.Message);
    }

    [Fact]
    public async Task An_event_over_a_megabyte_is_refused_where_a_call_is_not()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var payload = $"\"{new string('x', 1024 * 1024)}\"";
        var error = await Refused(engine, "f", payload, ("X-Amz-Invocation-Type", "Event"));
        Assert.Equal(("RequestTooLargeException", 413), (error.Code, error.HttpStatus));
        Assert.Equal(200, (await Call(engine, "f", payload)).HttpStatus);
    }

    [Theory]
    [InlineData("not base64 at all!")]
    [InlineData("bm90IGpzb24=")]
    [InlineData("Iv8i")]
    public async Task A_client_context_must_be_json_in_base64(string header)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        Assert.Equal("InvalidRequestContentException", (await Refused(engine, "f", headers: ("X-Amz-Client-Context", header))).Code);
    }

    [Fact]
    public async Task A_version_runs_in_instances_of_its_own_and_an_alias_in_those_of_its_version()
    {
        var seen = new ConcurrentQueue<string>();
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            seen.Enqueue(sandbox.Id);
            return sandbox.Respond("1");
        });
        var key = await engine.Create("f");
        await engine.Registry.WaitUntilActive(key, CancellationToken.None);
        await engine.Registry.Releases.Publish(key, null, null, null, CancellationToken.None);
        await engine.Registry.Releases.CreateAlias(new(key, "live", "1", null, "", ""), CancellationToken.None);

        Assert.Equal("$LATEST", Header(await Call(engine, "f"), "X-Amz-Executed-Version"));
        Assert.Equal("1", Header(await Call(engine, "f:1"), "X-Amz-Executed-Version"));
        Assert.Equal("1", Header(await Call(engine, "f:live"), "X-Amz-Executed-Version"));
        var (latest, first, live) = (seen.ElementAt(0), seen.ElementAt(1), seen.ElementAt(2));
        Assert.NotEqual(latest, first);
        Assert.Equal(first, live);
        Assert.Equal("Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:2", (await Refused(engine, "f:2")).Message);
    }

    [Fact]
    public async Task An_update_of_the_function_leaves_the_instances_of_its_versions()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        await engine.Registry.WaitUntilActive(key, CancellationToken.None);
        await engine.Registry.Releases.Publish(key, null, null, null, CancellationToken.None);
        await Call(engine, "f:1");
        await Call(engine, "f");
        await engine.Registry.Update(key, null, version => version with { Description = "new" }, CancellationToken.None);
        await Eventually.True(() => engine.Instances.Count(sandbox => sandbox.Exited.IsCompleted) == 1, "the function's own instance is retired");
        await Call(engine, "f:1");
        Assert.Equal(2, engine.Instances.Count());

        await engine.Registry.Releases.DeleteVersion(key, "1", CancellationToken.None);
        await Eventually.True(() => engine.Instances.All(sandbox => sandbox.Exited.IsCompleted), "the deleted version's instance is retired");
    }

    [Fact]
    public async Task An_event_for_an_alias_keeps_the_alias()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        await engine.Registry.Releases.CreateAlias(new(key, "live", "$LATEST", null, "", ""), CancellationToken.None);
        await Call(engine, "f:live", headers: ("X-Amz-Invocation-Type", "Event"));
        Assert.Equal(
            [key.Text + ":live"],
            await engine.Db.Read(session => session.Query("SELECT target FROM deliveries", row => row.Text(0)), CancellationToken.None));
    }

    static async Task<ApiError> Refused(Engine engine, string name, string payload = "{}", params (string Name, string Value)[] headers) =>
        await Assert.ThrowsAsync<ApiError>(() => Call(engine, name, payload, headers));

    [Fact]
    public async Task A_chain_that_has_become_a_loop_is_stopped_unless_the_function_allows_it()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        var trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
        for (var run = 1; run < 16; run++)
            trace = Lineage.Enter(trace, key).Header;
        Assert.Equal(200, (await Call(engine, "f", headers: ("X-Amzn-Trace-Id", trace))).HttpStatus);

        trace = Lineage.Enter(trace, key).Header;
        var error = await Assert.ThrowsAsync<ApiError>(() => Call(engine, "f", headers: ("X-Amzn-Trace-Id", trace)));
        Assert.Equal(("RecursiveInvocationException", 400), (error.Code, error.HttpStatus));
        await engine.Registry.Asynchronous.SetLoop(key, RecursiveLoop.Allow, CancellationToken.None);
        Assert.Equal(200, (await Call(engine, "f", headers: ("X-Amzn-Trace-Id", trace))).HttpStatus);
    }

    static Task<ApiResponse> Call(Engine engine, string name, string payload = "{}", params (string Name, string Value)[] headers) =>
        Call(engine, name, Encoding.UTF8.GetBytes(payload), headers);

    static async Task<ApiResponse> Call(Engine engine, string name, byte[] payload, params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        foreach (var (header, value) in headers)
            http.Request.Headers[header] = value;
        var outbox = new Outbox(engine.Db, "node", TimeProvider.System);
        await outbox.Migrate(CancellationToken.None);
        return await new Platform.Lambda.Invoke(engine.Registry, engine.Invoker, outbox, TimeProvider.System).Handle(
            new ApiRequest
            {
                Context = new(RequestContext.DefaultAccount, RequestContext.DefaultRegion, Guid.NewGuid().ToString(), "arn:aws:iam::000000000000:root"),
                Payload = payload,
                Http = http.Request,
                PathParameters = new Dictionary<string, string> { ["FunctionName"] = name },
            },
            CancellationToken.None);
    }

    static string? Header(ApiResponse response, string name) =>
        response.Headers.FirstOrDefault(header => header.Key == name) is { Key: not null } found ? found.Value : null;
}
