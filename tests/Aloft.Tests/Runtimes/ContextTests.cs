using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>The handler's second argument.</summary>
public sealed class ContextTests
{
    const string ClientContext = """{"client":{"installation_id":"i","app_title":"t"},"custom":{"k":"v"},"env":{"locale":"en"}}""";
    const string Identity = """{"cognitoIdentityId":"eu-1:abc","cognitoIdentityPoolId":"eu-1:pool"}""";

    [Theory, Node]
    public async Task A_Node_context_is_whole(Language language)
    {
        await using var host = await RuntimeHost.Load(language, "exports.handler = async (event, context) => context;");

        await host.Send(RuntimeHost.InvokeFrame("{}", clientContext: ClientContext, identity: Identity));

        var expected = new JsonObject
        {
            ["callbackWaitsForEmptyEventLoop"] = true,
            ["functionVersion"] = "$LATEST",
            ["functionName"] = "tested",
            ["memoryLimitInMB"] = "128",
            ["logGroupName"] = "/aws/lambda/tested",
            ["logStreamName"] = "2024/01/01/[$LATEST]0",
            ["clientContext"] = JsonNode.Parse(ClientContext),
            ["identity"] = JsonNode.Parse(Identity),
            ["invokedFunctionArn"] = RuntimeHost.FunctionArn,
            ["awsRequestId"] = RuntimeHost.RequestId,
        };
        Assert.Equal(expected.ToJsonString(), (await host.NextAnswer()).Json.ToJsonString());
    }

    [Theory, Node]
    public async Task A_Node_context_has_its_methods_as_its_own(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "exports.handler = async (event, context) => Object.keys(context).filter((name) => typeof context[name] === 'function').sort();");

        Assert.Equal("""["done","fail","getRemainingTimeInMillis","succeed"]""", (await host.Invoke()).Response);
    }

    [Theory, Python]
    public async Task A_Python_context_is_whole(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            def handler(event, context):
                return [
                    context.aws_request_id, context.log_group_name, context.log_stream_name, context.function_name, context.memory_limit_in_mb,
                    context.function_version, context.invoked_function_arn, context.client_context.client.installation_id,
                    context.client_context.client.app_title, context.client_context.client.app_version_name, context.client_context.custom,
                    context.client_context.env, context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id,
                ]
            """);

        await host.Send(RuntimeHost.InvokeFrame("{}", clientContext: ClientContext, identity: Identity));

        var expected = new JsonArray(
            RuntimeHost.RequestId, "/aws/lambda/tested", "2024/01/01/[$LATEST]0", "tested", "128", "$LATEST", RuntimeHost.FunctionArn, "i", "t", null,
            new JsonObject { ["k"] = "v" }, new JsonObject { ["locale"] = "en" }, "eu-1:abc", "eu-1:pool");
        Assert.Equal(expected.ToJsonString(), (await host.NextAnswer()).Json.ToJsonString());
    }

    [Theory]
    [Node("exports.handler = async (event, context) => [context.clientContext === undefined, context.identity === undefined];")]
    [Python("def handler(event, context): return [context.client_context is None, context.identity.cognito_identity_id is None]")]
    public async Task What_the_caller_did_not_give_is_absent(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("[true,true]", (await host.Invoke()).Response.Replace(" ", ""));
    }

    [Theory]
    [Node("exports.handler = async (event, { getRemainingTimeInMillis }) => getRemainingTimeInMillis();")]
    [Python("def handler(event, context): return context.get_remaining_time_in_millis()")]
    public async Task The_remaining_time_is_the_time_to_the_deadline(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        var asked = DateTimeOffset.UtcNow;

        await host.Send(RuntimeHost.InvokeFrame("{}", deadline: asked.AddMinutes(10)));
        var remaining = TimeSpan.FromMilliseconds((int)(await host.NextAnswer()).Json);

        Assert.InRange(remaining, asked.AddMinutes(10) - DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
    }
}
