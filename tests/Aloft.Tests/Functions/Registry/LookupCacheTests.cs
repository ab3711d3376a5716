using Aloft.Platform.Functions.Registry;

namespace Aloft.Tests.Functions.Registry;

public sealed class LookupCacheTests
{
    readonly LookupCache<string, string> cache = new(capacity: 3);

    [Fact]
    public void What_was_read_before_a_change_is_not_kept_after_it()
    {
        var stamp = cache.Stamp();
        cache.Drop("a");
        cache.Keep("a", "stale", stamp);
        Assert.False(cache.TryGet("a", out _));

        stamp = cache.Stamp();
        cache.DropWhere(_ => false);
        cache.Keep("a", "stale", stamp);
        Assert.False(cache.TryGet("a", out _));

        stamp = cache.Stamp();
        cache.DropAll();
        cache.Keep("a", "stale", stamp);
        Assert.False(cache.TryGet("a", out _));
    }

    [Fact]
    public void A_change_drops_what_was_kept_and_nothing_else()
    {
        Keep("a", "b", "c");
        cache.Drop("a");
        cache.DropWhere(value => value == "b");
        Assert.False(cache.TryGet("a", out _));
        Assert.False(cache.TryGet("b", out _));
        Assert.True(cache.TryGet("c", out _));
        Assert.Equal(["c"], cache.DropAll());
        Assert.False(cache.TryGet("c", out _));
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity()
    {
        Keep("a", "b", "c", "d");
        Assert.True(cache.TryGet("d", out _));
        Assert.Single(cache.DropAll());
    }

    void Keep(params string[] keys)
    {
        foreach (var key in keys)
            cache.Keep(key, key, cache.Stamp());
    }
}
