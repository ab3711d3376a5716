using Aloft.Client;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

public sealed class RuntimesSiteTests
{
    static readonly InstalledRuntime[] Installed =
        [new(Language.Node, new Version(20, 20, 2), "/usr/bin/node"), new(Language.Python, new Version(3, 11, 2), "/usr/bin/python3")];

    [Theory]
    [InlineData(false, "nodejs 20.20.2")]
    [InlineData(true, "")]
    public void Client_reads_what_the_node_tells(bool strict, string nodejs18RunsOn)
    {
        var runtimes = NodeRuntimes.From(RuntimesSite.Document(new RuntimeCatalog(Installed, strict), strict));
        Assert.Equal(("nodejs20.x", "python3.11"), (runtimes.RuntimeFor(Language.Node), runtimes.RuntimeFor(Language.Python)));
        Assert.Equal(("nodejs 20.20.2", nodejs18RunsOn), (runtimes.RunsOn("nodejs20.x"), runtimes.RunsOn("nodejs18.x")));
    }

    [Fact]
    public void Endpoint_that_tells_nothing_leaves_what_AWS_has()
    {
        var runtimes = NodeRuntimes.From([]);
        Assert.Equal(("nodejs22.x", "python3.13", ""), (runtimes.RuntimeFor(Language.Node), runtimes.RuntimeFor(Language.Python), runtimes.RunsOn("nodejs18.x")));
    }
}
