using System.Security.Cryptography;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// The URLs of functions and aliases: at most one for each alias and one for <c>$LATEST</c>.
/// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
/// </summary>
public sealed class UrlRegistry
{
    readonly FunctionStore store;
    readonly FunctionRegistry registry;
    readonly TimeProvider time;
    readonly LookupCache<string, FunctionUrl> kept = new(Limits.KeptLookups);

    internal UrlRegistry(FunctionStore store, FunctionRegistry registry, TimeProvider time) =>
        (this.store, this.registry, this.time) = (store, registry, time);

    /// <summary>The one with this id, or null. From memory when it has been looked up before.</summary>
    public ValueTask<FunctionUrl?> Find(string urlId, CancellationToken stop)
    {
        return kept.TryGet(urlId, out var url) ? new(url) : Read();

        async ValueTask<FunctionUrl?> Read()
        {
            var stamp = kept.Stamp();
            var found = await store.FindUrl(urlId, stop);
            if (found is not null)
                kept.Keep(urlId, found, stamp);
            return found;
        }
    }

    /// <summary>All of the function.</summary>
    public ValueTask<List<FunctionUrl>> Of(FunctionKey key, CancellationToken stop) => store.Urls(key, stop);

    /// <summary>Gives the function, or the alias, a URL. Throws <c>ResourceConflictException</c> when it has one.</summary>
    public async ValueTask<FunctionUrl> Create(FunctionKey key, string? qualifier, UrlSettings settings, CancellationToken stop)
    {
        var now = Now();
        var url = new FunctionUrl(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 32), key, qualifier, settings, now, now);
        await registry.Change(key, session => FunctionChanges.CreateUrl(session, url), stop);
        return url;
    }

    /// <summary>Throws <c>ResourceNotFoundException</c> when there is none.</summary>
    /// <param name="change">May be called more than once: it must only compute.</param>
    public ValueTask<FunctionUrl> Update(FunctionKey key, string? qualifier, Func<UrlSettings, UrlSettings> change, CancellationToken stop)
    {
        var now = Now();
        return registry.Change(key, session => FunctionChanges.UpdateUrl(session, key, qualifier, change, now), stop);
    }

    /// <summary>Throws <c>ResourceNotFoundException</c> when there is none.</summary>
    public ValueTask Delete(FunctionKey key, string? qualifier, CancellationToken stop) =>
        registry.Change(key, session => FunctionChanges.DeleteUrl(session, key, qualifier), stop);

    /// <summary>As precise as it is kept, so that every answer tells the same.</summary>
    DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    internal void Forget(FunctionKey key) => kept.DropWhere(url => url.Key == key);

    internal void ForgetAll() => kept.DropAll();
}

/// <summary>A function URL. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html</summary>
/// <param name="UrlId">32 characters of [a-z0-9], unique on this cloud.</param>
/// <param name="Qualifier">An alias, or null for <c>$LATEST</c>.</param>
public sealed record FunctionUrl(
    string UrlId, FunctionKey Key, string? Qualifier, UrlSettings Settings, DateTimeOffset CreationTime, DateTimeOffset LastModifiedTime);
