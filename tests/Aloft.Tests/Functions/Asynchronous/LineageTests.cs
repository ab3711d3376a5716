using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Tests.Functions.Asynchronous;

public sealed class LineageTests
{
    static readonly FunctionKey A = new("000000000000", "us-east-1", "a");
    static readonly FunctionKey B = new("000000000000", "us-east-1", "b");

    [Fact]
    public void The_runs_of_each_function_are_counted_on_their_own()
    {
        var first = Lineage.Enter("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", A);
        var second = Lineage.Enter(first.Header, B);
        var third = Lineage.Enter(second.Header, A);
        Assert.Equal((1, 1, 2), (first.Runs, second.Runs, third.Runs));
        Assert.Matches(@"^Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=[0-9a-f]{8}:1\|[0-9a-f]{8}:2$", third.Header);
    }

    [Fact]
    public void The_seventeenth_run_of_a_function_in_a_chain_is_a_loop()
    {
        var lineage = Lineage.Enter("", A);
        for (var run = 2; run <= 16; run++)
            lineage = Lineage.Enter(lineage.Header, A);
        Assert.False(lineage.IsLoop);
        Assert.True(Lineage.Enter(lineage.Header, A).IsLoop);
        Assert.False(Lineage.Enter(lineage.Header, B).IsLoop);
    }

    [Theory]
    [InlineData("Lineage=")]
    [InlineData("Lineage=|||")]
    [InlineData("Lineage=a87bd80c:-1|xyz|:|a87bd80c:99999999999")]
    [InlineData(";;Lineage=a87bd80c;;")]
    public void What_is_no_lineage_begins_one(string header) =>
        Assert.Matches("^Lineage=[0-9a-f]{8}:1$", Lineage.Enter(header, A).Header);

    [Fact]
    public void A_header_stays_short_however_many_functions_a_chain_meets()
    {
        var header = "";
        for (var i = 0; i < 200; i++)
            header = Lineage.Enter(header, A with { Name = $"f{i}" }).Header;
        Assert.InRange(header.Length, 1, 1000);
    }

    [Fact]
    public void An_events_own_trace_is_the_same_each_time_and_not_sampled()
    {
        var (id, at) = (Guid.NewGuid(), DateTimeOffset.UnixEpoch.AddSeconds(0x5759e988));
        var trace = Lineage.NewTrace(id, at);
        Assert.Equal(trace, Lineage.NewTrace(id, at));
        Assert.Matches("^Root=1-5759e988-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", trace);
    }
}
