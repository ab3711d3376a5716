using System.Text.Json.Nodes;
using Aloft.Sandbox;

namespace Aloft.Tests.Cli;

public sealed class DoctorVerbTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    /// <summary>What it finds depends on the machine; that it looks at all of it, and says more than a verdict, does not.</summary>
    [Fact]
    public async Task Everything_that_a_node_needs_is_looked_at()
    {
        var run = await command.Run("doctor", "--output", "json");
        var checks = JsonNode.Parse(run.Output)!.AsArray();
        Assert.Equal(
            [".NET", "SQLite", "Node.js", "Python", "curl", "container", "gvisor", .. (await SandboxDrivers.Diagnose()).Select(item => item.Name), "port"],
            checks.Select(check => (string?)check!["check"]));
        Assert.All(checks, check => Assert.NotEqual("", (string?)check!["detail"]));
        Assert.Equal(checks.Any(check => (string?)check!["verdict"] == "fails"), run.ExitCode == ExitCode.Failed);
    }
}
