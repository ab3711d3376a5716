using System.Text;

namespace Aloft.Tests.EndToEnd;

/// <summary>A function calls AWS through Aloft, out of a sandbox that has no network.</summary>
[Collection(RealProgram.Name)]
public sealed class SdkInsideFunctionTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task Boto3_invokes_another_function()
    {
        using var lambda = shared.Program.Lambda();
        var echo = await lambda.Create(FunctionSource.Echo);
        var caller = await lambda.Create(FunctionSource.Python($$"""
            import os, sys
            sys.path.append('/usr/lib/python3/dist-packages')  # Debian's boto3: AWS's runtime brings one, this one's host has it
            import boto3

            def handler(event, context):
                functions = boto3.client('lambda', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
                answer = functions.invoke(FunctionName='{{echo}}', Payload=b'{"through": "boto3"}')
                account = boto3.client('sts', endpoint_url=os.environ['AWS_ENDPOINT_URL']).get_caller_identity()['Account']
                return {'answer': answer['Payload'].read().decode(), 'account': account}

            """), timeoutSeconds: 30, memoryMegabytes: 512);
        var answer = await lambda.Invoke(caller);
        Assert.True(answer.FunctionError is null, answer.Text);
        Assert.Equal("""{"through":"boto3"}""", answer.Json.GetProperty("answer").GetString());
        Assert.Equal(lambda.Account, answer.Json.GetProperty("account").GetString());
    }

    /// <summary>The SDK for JavaScript, packed with the function as its users do, needs nothing but its environment.</summary>
    [Fact]
    public async Task Packed_JavaScript_SDK_needs_no_settings()
    {
        using var lambda = shared.Program.Lambda();
        await ClientTests.JavaScriptSdk;
        var source = Encoding.UTF8.GetBytes("""
            import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
            const client = new LambdaClient({});
            export const handler = async () => (await client.send(new ListFunctionsCommand({}))).Functions.map(one => one.FunctionName);
            """);
        var zip = Package.Of(Package.Files(Repository.PathOf("tests", "clients", "node_modules"), "node_modules").Append(("index.mjs", source)));
        var name = await lambda.Create(new FunctionSource("nodejs20.x", "index.handler", zip), timeoutSeconds: 30, memoryMegabytes: 512);
        var answer = await lambda.Invoke(name);
        Assert.Equal($"[\"{name}\"]", answer.Text);
    }

    [Fact]
    public async Task Nothing_else_can_be_reached()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Python($$"""
            import socket

            def attempt(host, port):
                try:
                    socket.create_connection((host, port), 1).close()
                    return 'connected'
                except OSError as error:
                    return type(error).__name__

            def handler(event, context):
                return [attempt('127.0.0.1', {{shared.Program.Endpoint.Port}}), attempt('192.0.2.1', 80), attempt('::1', 22)]

            """));
        var answer = await lambda.Invoke(name);
        Assert.DoesNotContain("connected", answer.Text, StringComparison.Ordinal);
        Assert.Equal(3, answer.Json.GetArrayLength());
    }
}
