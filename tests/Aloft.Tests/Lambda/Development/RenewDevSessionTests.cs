using Aloft.Wire;

namespace Aloft.Tests.Lambda.Development;

public sealed class RenewDevSessionTests
{
    [Fact]
    public async Task A_session_that_there_is_not_is_told_to_be_over()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        await bed.Engine.Create("f");
        var session = (string)(await bed.Develop("BeginDevSession", "f"))["session"]!;
        Assert.Equal(session, (string?)(await bed.Develop("RenewDevSession", "f", session))["session"]);

        var error = await Assert.ThrowsAsync<ApiError>(() => bed.Develop("RenewDevSession", "g", session));
        Assert.Equal(("ResourceNotFoundException", 404), (error.Code, error.HttpStatus));
    }
}
