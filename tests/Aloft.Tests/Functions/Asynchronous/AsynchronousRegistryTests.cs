using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Functions.Registry;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Asynchronous;

/// <summary>Every statement of the store, on both databases.</summary>
public sealed class AsynchronousRegistryTests
{
    static readonly FunctionKey Key = RegistryFixture.Key();
    static readonly SortedDictionary<string, string> NoTags = [];

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_put_holds_for_its_qualifier_alone(DbKind kind)
    {
        await using var fixture = await Open(kind);
        var settings = fixture.Registry.Asynchronous;
        Assert.Equal((2, TimeSpan.FromHours(6), RecursiveLoop.Terminate), await Of(settings, null));

        var put = await settings.Put(Key, "live", _ => Config("live", 1, 90, "s", "f"), Forever);
        Assert.Equal(fixture.Time.GetUtcNow(), put.LastModified);
        Assert.Equal(put, (await settings.Of(Key, "live", Forever)).Config);
        Assert.Equal((1, TimeSpan.FromSeconds(90), RecursiveLoop.Terminate), await Of(settings, "live"));
        Assert.Null((await settings.Of(Key, null, Forever)).Config);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Each_change_holds_at_once(DbKind kind)
    {
        await using var fixture = await Open(kind);
        var settings = fixture.Registry.Asynchronous;
        await settings.Put(Key, FunctionVersion.Latest, _ => Config(FunctionVersion.Latest, 0, null, null, "f"), Forever);
        Assert.Equal((0, TimeSpan.FromHours(6), RecursiveLoop.Terminate), await Of(settings, null));
        await settings.Put(Key, FunctionVersion.Latest, current => current! with { MaxRetries = 1 }, Forever);
        Assert.Equal("f", (await settings.Of(Key, null, Forever)).Config!.OnFailure);
        await settings.SetLoop(Key, RecursiveLoop.Allow, Forever);
        Assert.Equal((1, TimeSpan.FromHours(6), RecursiveLoop.Allow), await Of(settings, null));
        await settings.SetLoop(Key, RecursiveLoop.Terminate, Forever);
        Assert.True(await settings.Delete(Key, FunctionVersion.Latest, Forever));
        Assert.False(await settings.Delete(Key, FunctionVersion.Latest, Forever));
        Assert.Equal((2, TimeSpan.FromHours(6), RecursiveLoop.Terminate), await Of(settings, null));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task They_go_with_their_function(DbKind kind)
    {
        await using var fixture = await Open(kind);
        var settings = fixture.Registry.Asynchronous;
        await settings.Put(Key, FunctionVersion.Latest, _ => Config(FunctionVersion.Latest, 0, null, null, null), Forever);
        await settings.SetLoop(Key, RecursiveLoop.Allow, Forever);
        Assert.Equal((0, TimeSpan.FromHours(6), RecursiveLoop.Allow), await Of(settings, null));

        await fixture.Registry.Delete(Key, Forever);
        await fixture.Registry.Create(await fixture.Wanted(), NoTags, Forever);
        Assert.Equal((2, TimeSpan.FromHours(6), RecursiveLoop.Terminate), await Of(settings, null));
        Assert.Empty(await settings.List(Key, "", 10, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_function_that_is_not_there_gets_none(DbKind kind)
    {
        await using var fixture = await Open(kind);
        var none = RegistryFixture.Key("none");
        await Assert.ThrowsAsync<ApiError>(() => fixture.Registry.Asynchronous
            .Put(none, "x", _ => Config("x", 0, null, null, null) with { Function = none }, Forever).AsTask());
        await Assert.ThrowsAsync<ApiError>(() => fixture.Registry.Asynchronous.SetLoop(none, RecursiveLoop.Allow, Forever).AsTask());
        Assert.Empty(await fixture.Registry.Asynchronous.List(none, "", 10, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task They_are_listed_by_qualifier(DbKind kind)
    {
        await using var fixture = await Open(kind);
        foreach (var qualifier in new[] { "b", "a", "c" })
            await fixture.Registry.Asynchronous.Put(Key, qualifier, _ => Config(qualifier, null, null, null, null), Forever);
        Assert.Equal(["a", "b"], (await fixture.Registry.Asynchronous.List(Key, "", 2, Forever)).Select(config => config.Qualifier));
        Assert.Equal(["b", "c"], (await fixture.Registry.Asynchronous.List(Key, "a", 9, Forever)).Select(config => config.Qualifier));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_node_hears_of_a_change(DbKind kind)
    {
        await using var fixture = await Open(kind);
        await using var other = fixture.NewRegistry(fixture.Db);
        await other.Start(Forever);
        Assert.Equal(2, (await other.Asynchronous.Of(Key, null, Forever)).MaxRetries);
        await fixture.Registry.Asynchronous.Put(
            Key, FunctionVersion.Latest, _ => Config(FunctionVersion.Latest, 0, null, null, null), Forever);
        await Eventually.True(async () => (await other.Asynchronous.Of(Key, null, Forever)).MaxRetries == 0, "the other node has the new setting");
    }

    static async Task<RegistryFixture> Open(DbKind kind)
    {
        var fixture = await RegistryFixture.Open(kind);
        await fixture.Registry.Create(await fixture.Wanted(), NoTags, Forever);
        return fixture;
    }

    static async Task<(int, TimeSpan, RecursiveLoop)> Of(AsynchronousRegistry settings, string? qualifier)
    {
        var found = await settings.Of(Key, qualifier, Forever);
        return (found.MaxRetries, found.MaxAge, found.Loop);
    }

    static EventInvokeConfig Config(string qualifier, int? retries, int? seconds, string? onSuccess, string? onFailure) => new(
        Key, qualifier, retries, seconds is { } age ? TimeSpan.FromSeconds(age) : null, onSuccess, onFailure, default);
}
