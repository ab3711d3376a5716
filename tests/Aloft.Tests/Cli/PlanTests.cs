using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Deploying;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

public sealed class PlanTests
{
    static readonly NodeRuntimes Node = NodeRuntimes.From(
        JsonNode.Parse("""{"runtimes":[{"language":"node","version":"18.1.0"},{"language":"node","version":"20.20.2"},{"language":"python","version":"3.11.2"}]}""")!.AsObject());

    [Theory]
    [InlineData(Language.Node, "nodejs20.x")]
    [InlineData(Language.Python, "python3.11")]
    [InlineData(Language.Custom, "provided.al2023")]
    public void Runtime_is_the_newest_that_the_node_has(Language language, string runtime) =>
        Assert.Equal(runtime, Plan.Desired(new(), Source(language), null, Node).Runtime);

    [Fact]
    public void Runtime_of_an_existing_function_stays_while_its_language_does()
    {
        var existing = DeployedFunction.From(StubNode.Function("f"));
        Assert.Equal("nodejs18.x", Plan.Desired(new(), Source(Language.Node), existing, Node).Runtime);
        Assert.Equal("python3.11", Plan.Desired(new(), Source(Language.Python), existing, Node).Runtime);
        Assert.Equal("nodejs20.x", Plan.Desired(new() { Runtime = "node" }, Source(Language.Node), existing, Node).Runtime);
        Assert.Equal("nodejs22.x", Plan.Desired(new() { Runtime = "nodejs22.x" }, Source(Language.Node), existing, Node).Runtime);
    }

    [Fact]
    public void Environment_that_nobody_mentions_stays() => Assert.Null(Plan.Desired(new(), Source(Language.Node), null, Node).Environment);

    [Fact]
    public void Source_that_tells_nothing_needs_runtime_and_handler()
    {
        var source = Source(null);
        Assert.Throws<CommandFailed>(() => Plan.Desired(new(), source, null, Node));
        Assert.Throws<CommandFailed>(() => Plan.Desired(new() { Runtime = "node" }, source, null, Node));
        Assert.Equal("a.b", Plan.Desired(new() { Runtime = "node", Handler = "a.b" }, source, null, Node).Handler);
    }

    static Source Source(Language? language) => new()
    {
        SuggestedName = "f",
        Manifest = new(),
        Shape = () => language is { } known ? new(known, "h.handler") : null,
        Pack = () => [],
    };
}
