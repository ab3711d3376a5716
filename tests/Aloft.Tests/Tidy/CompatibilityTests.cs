using Aloft.Tests.EndToEnd;
using Aloft.Verbs;

namespace Aloft.Tests.Tidy;

/// <summary>COMPATIBILITY.md is what <c>./aloft compatibility &gt; COMPATIBILITY.md</c> writes.</summary>
public sealed class CompatibilityTests
{
    [Fact]
    public void Committed_file_is_fresh() =>
        Assert.Equal(File.ReadAllText(Repository.PathOf("COMPATIBILITY.md")), CompatibilityVerb.Document());
}
