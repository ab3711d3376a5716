using Aloft.Terminal;

namespace Aloft.Tests.Cli;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("10m", 600)]
    [InlineData("1.5h", 5400)]
    [InlineData("1d", 86400)]
    public void Span_is_a_number_and_a_unit(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Quantity.ParseSpan(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1w")]
    [InlineData("99999999d")]
    [InlineData("NaNs")]
    public void Anything_else_is_none(string text) => Assert.Null(Quantity.ParseSpan(text));
}
