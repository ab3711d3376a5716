using System.Text;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Platform.Lambda;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda;

public sealed class InvokeAsyncTests
{
    [Fact]
    public async Task It_is_accepted_only_when_it_is_durable()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var answer = await Call(engine, "f", """{"n":1}""");
        Assert.Equal((202, 0), (answer.HttpStatus, answer.Payload.Length));

        var stored = await engine.Db.Read(
            session => session.Query("SELECT payload, target FROM deliveries", row => (Encoding.UTF8.GetString(row.Bytes(0)), row.Text(1))),
            CancellationToken.None);
        Assert.Equal([("""{"n":1}""", "arn:aws:lambda:us-east-1:000000000000:function:f")], stored);
    }

    [Theory]
    [InlineData("none", "{}", "ResourceNotFoundException", 404)]
    [InlineData("f:7", "{}", "ResourceNotFoundException", 404)]
    [InlineData("f", "{", "InvalidRequestContentException", 400)]
    public async Task What_cannot_run_is_refused(string name, string payload, string code, int status)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Create("f");
        var error = await Assert.ThrowsAsync<ApiError>(() => Call(engine, name, payload));
        Assert.Equal((code, status), (error.Code, error.HttpStatus));
    }

    static async Task<ApiResponse> Call(Engine engine, string name, string payload)
    {
        var outbox = new Outbox(engine.Db, "node", TimeProvider.System);
        await outbox.Migrate(CancellationToken.None);
        return await new InvokeAsync(engine.Registry, outbox).Handle(
            new ApiRequest
            {
                Context = new(RequestContext.DefaultAccount, RequestContext.DefaultRegion, Guid.NewGuid().ToString(), "arn:aws:iam::000000000000:root"),
                Payload = Encoding.UTF8.GetBytes(payload),
                Http = new DefaultHttpContext().Request,
                PathParameters = new Dictionary<string, string> { ["FunctionName"] = name },
            },
            CancellationToken.None);
    }
}
