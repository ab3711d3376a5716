using Aloft.Wire;

namespace Aloft.Tests.Lambda.Development;

public sealed class BeginDevSessionTests
{
    [Fact]
    public async Task A_session_begins_with_a_sandbox_of_the_deployed_code()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        await bed.Engine.Create("f");
        var begun = await bed.Develop("BeginDevSession", "f", body: new { });
        Assert.Equal(32, ((string)begun["session"]!).Length);
        Assert.Equal("new", (string?)Assert.Single(begun["sandboxes"]!.AsArray())!["state"]);
    }

    [Theory]
    [InlineData("""{"inspectPort":0}""", "ValidationException")]
    [InlineData("""{"inspectPort":65536}""", "ValidationException")]
    [InlineData("""{"inspectPort":"any"}""", "SerializationException")]
    [InlineData("""{"port":9229}""", "InvalidParameterValueException")]
    public async Task What_it_does_not_know_is_refused(string body, string code)
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        await bed.Engine.Create("f");
        var error = await Assert.ThrowsAsync<ApiError>(
            () => bed.Develop("BeginDevSession", "f", body: System.Text.Json.Nodes.JsonNode.Parse(body)));
        Assert.Equal((code, 400), (error.Code, error.HttpStatus));
    }

    [Fact]
    public async Task A_function_must_exist_and_may_not_change_its_own_code()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        await bed.Engine.Create("f");
        Assert.Equal("ResourceNotFoundException", (await Assert.ThrowsAsync<ApiError>(() => bed.Develop("BeginDevSession", "g"))).Code);
        var role = "arn:aws:sts::000000000000:assumed-role/r/f";
        Assert.Equal("AccessDeniedException", (await Assert.ThrowsAsync<ApiError>(() => bed.Develop("BeginDevSession", "f", principal: role))).Code);
    }
}
