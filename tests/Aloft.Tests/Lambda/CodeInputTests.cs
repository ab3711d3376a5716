using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda;
using Aloft.Wire;

namespace Aloft.Tests.Lambda;

public sealed class CodeInputTests
{
    [Fact]
    public void The_largest_package_fits_into_a_request_and_a_larger_one_is_refused()
    {
        Assert.InRange(((Limits.ZippedBytes + 2) / 3 * 4) + 10_000, 0, Operation.DefaultMaxBodyBytes);
        Assert.NotNull(CodeInput.Check(new byte[Limits.ZippedBytes]));
        var error = Assert.Throws<ApiError>(() => CodeInput.Check(new byte[Limits.ZippedBytes + 1]));
        Assert.Equal(("RequestEntityTooLargeException", 413), (error.Code, error.HttpStatus));
    }
}
