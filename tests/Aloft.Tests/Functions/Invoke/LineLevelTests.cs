using System.Text;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Tests.Functions.Invoke;

public sealed class LineLevelTests
{
    [Theory]
    [InlineData("""{"level":"DEBUG"}""", nameof(LogDetail.Debug))]
    [InlineData("""{"msg":{"level":"ERROR"},"list":[1,{"a":2}],"level":"warning"}""", nameof(LogDetail.Warn))]
    [InlineData("""{"level":"CRITICAL"}""", nameof(LogDetail.Fatal))]
    [InlineData("""{"level":"loud"}""", nameof(LogDetail.Info))]
    [InlineData("""{"level":30}""", nameof(LogDetail.Info))]
    [InlineData("""{"message":"none"}""", nameof(LogDetail.Info))]
    [InlineData("""{"broken""", nameof(LogDetail.Info))]
    [InlineData("\"level\"", nameof(LogDetail.Info))]
    [InlineData("plain text", nameof(LogDetail.Info))]
    [InlineData("", nameof(LogDetail.Info))]
    public void It_is_what_the_line_says_else_info(string line, string level) =>
        Assert.Equal(level, LineLevel.Of(Encoding.UTF8.GetBytes(line)).ToString());
}
