using Aloft.Client;
using Aloft.Deploying;

namespace Aloft.Tests.Cli;

public sealed class ChangeTests
{
    static readonly DesiredFunction Desired = new() { Name = "f", Runtime = "nodejs18.x", Handler = "index.handler" };

    [Fact]
    public void What_is_not_asked_for_does_not_change() => Assert.Empty(Change.Between(Existing(), Desired, "sha", 10));

    [Fact]
    public void New_function_shows_what_is_set() =>
        Assert.Equal(
            [new("code", null, "sha (10 B)"), new("runtime", null, "nodejs18.x"), new("handler", null, "index.handler"), new("memory", null, "512 MB")],
            Change.Between(null, Desired with { MemoryMegabytes = 512 }, "sha", 10));

    [Fact]
    public void Old_and_new_stand_side_by_side() =>
        Assert.Equal(
            [new("code", "sha (10 B)", "other (2.0 KB)"), new("timeout", "3 s", "30 s"), new("description", "was", null)],
            Change.Between(Existing() with { Description = "was" }, Desired with { TimeoutSeconds = 30, Description = "" }, "other", 2048));

    [Fact]
    public void Variables_are_told_by_name_and_never_by_value()
    {
        var existing = Existing() with { Environment = new Dictionary<string, string> { ["KEEP"] = "k", ["OLD"] = "secret1", ["EDIT"] = "secret2" } };
        var desired = Desired with { Environment = new Dictionary<string, string> { ["KEEP"] = "k", ["NEW"] = "secret3", ["EDIT"] = "secret4" } };
        Assert.Equal(
            [new("env EDIT", "(set)", "(changed)"), new("env NEW", null, "(set)"), new("env OLD", "(set)", null)],
            Change.Between(existing, desired, "sha", 10));
    }

    static DeployedFunction Existing() => DeployedFunction.From(StubNode.Function("f", ("CodeSha256", "sha")));
}
