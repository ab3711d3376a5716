using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>A function that calls itself through an unmodified SDK, which sends the trace header on by itself.</summary>
[Collection(RealProgram.Name)]
public sealed class LoopTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task A_function_that_invokes_itself_is_stopped_after_sixteen_runs_and_its_event_recorded()
    {
        using var lambda = shared.Program.Lambda();
        var keeper = await lambda.Create(FunctionSource.Node("exports.handler = async event => { console.log('kept', JSON.stringify(event)); };"));
        var name = await lambda.Create(FunctionSource.Python("""
            import json, os, sys
            sys.path.append('/usr/lib/python3/dist-packages')  # Debian's boto3: AWS's runtime brings one, this one's host has it
            import boto3

            functions = boto3.client('lambda', endpoint_url=os.environ['AWS_ENDPOINT_URL'])

            def handler(event, context):
                print('round', event['round'])
                functions.invoke(FunctionName=context.function_name, InvocationType='Event', Payload=json.dumps({'round': event['round'] + 1}))
            """), timeoutSeconds: 30, memoryMegabytes: 512);
        var arn = $"arn:aws:lambda:us-east-1:{lambda.Account}:function:";
        var configured = await lambda.Send(
            HttpMethod.Put, $"/2019-09-25/functions/{name}/event-invoke-config",
            new JsonObject { ["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = arn + keeper } } });
        Assert.Equal(200, configured.Status);

        Assert.Equal(202, (await lambda.Invoke(name, """{"round":1}""", "Event")).Status);
        await Eventually.True(async () => (await lambda.LogLines(keeper, "kept")).Count > 0, "the seventeenth event was recorded", TimeSpan.FromMinutes(2));
        Assert.Equal(16, (await lambda.LogLines(name, "round")).Count);
        var kept = Assert.Single(await lambda.LogLines(keeper, "kept"));
        Assert.Contains("\"requestPayload\":{\"round\":17}", kept, StringComparison.Ordinal);
        Assert.Contains("\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":0", kept, StringComparison.Ordinal);
    }
}
