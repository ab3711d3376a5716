using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class DeleteVerbTests
{
    [Fact]
    public async Task Deletes_what_it_can_and_tells_what_it_cannot()
    {
        await using var node = await StubNode.Start();
        using var command = new CommandRun { Environment = { ["AWS_ENDPOINT_URL"] = node.Address } };
        node.Answer("DELETE /2015-03-31/functions/a", 204, "").Answer("DELETE /2015-03-31/functions/c", 204, "");
        node.Refuse("DELETE /2015-03-31/functions/b", 404, "ResourceNotFoundException", "Function not found");

        var run = await command.Run("delete", "a", "b", "c", "--output", "json");
        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(["a", "c"], JsonNode.Parse(run.Output)!["deleted"]!.AsArray().Select(name => (string?)name));
        Assert.Contains("b: ResourceNotFoundException", run.Error, StringComparison.Ordinal);
    }
}
