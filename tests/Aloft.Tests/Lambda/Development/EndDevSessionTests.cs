using Aloft.Wire;

namespace Aloft.Tests.Lambda.Development;

public sealed class EndDevSessionTests
{
    [Fact]
    public async Task The_function_runs_its_deployed_code_again_in_another_sandbox()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await bed.Engine.Create("f");
        var session = (string)(await bed.Develop("BeginDevSession", "f"))["session"]!;
        await bed.Engine.Answer(key);
        await bed.Develop("EndDevSession", "f", session);
        await bed.Engine.Answer(key);

        Assert.Equal(2, bed.Engine.Instances.Count());
        await Assert.ThrowsAsync<ApiError>(() => bed.Develop("EndDevSession", "f", session));
    }
}
