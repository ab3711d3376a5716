using System.Text;
using System.Text.Json.Nodes;
using Aloft.Wire;

namespace Aloft.Tests.Lambda.Development;

public sealed class ChangeDevSessionTests
{
    [Fact]
    public async Task What_was_saved_is_live_in_the_sandbox_that_there_was()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await bed.Engine.Create("f");
        var session = (string)(await bed.Develop("BeginDevSession", "f"))["session"]!;
        var content = Convert.ToBase64String(Encoding.UTF8.GetBytes("new"));
        var change = new { changed = new[] { new { path = "lib/a.js", content } }, removed = new[] { "index.js" } };

        var report = await bed.Develop("ChangeDevSession", "f", session, change);

        Assert.Equal("live", (string?)Assert.Single(report["sandboxes"]!.AsArray())!["state"]);
        Assert.Equal("1", await bed.Engine.Answer(key));
        Assert.Contains("""reload ["lib/a.js","index.js"]""", Assert.Single(bed.Engine.Instances).Frames);
    }

    [Theory]
    [InlineData("""{"changed":[{"path":"../x","content":""}]}""")]
    [InlineData("""{"changed":[{"content":"MQ=="}]}""")]
    [InlineData("""{"changed":[{"path":"a","content":"%"}]}""")]
    [InlineData("""{"changed":[{"path":"a","mode":1}]}""")]
    [InlineData("""{"changed":"a"}""")]
    [InlineData("""{"renamed":[]}""")]
    public async Task What_cannot_be_is_refused(string body)
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        await bed.Engine.Create("f");
        var session = (string)(await bed.Develop("BeginDevSession", "f"))["session"]!;
        var error = await Assert.ThrowsAsync<ApiError>(() => bed.Develop("ChangeDevSession", "f", session, JsonNode.Parse(body)));
        Assert.InRange(error.HttpStatus, 400, 499);
    }
}
