using Aloft.Platform.Kernel;

namespace Aloft.Tests.Kernel;

public sealed class RequestIdsTests
{
    [Fact]
    public void Ids_are_random_uuids_of_version_4_and_never_the_same()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => RequestIds.Next().ToString()).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
