using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>What versions and aliases stand for, in memory once looked up; dropped together when anything of their function changes.</summary>
internal sealed class Routes(Db db)
{
    readonly LookupCache<FunctionKey, ImmutableDictionary<string, Route>> kept = new(Limits.KeptLookups);

    public bool TryGet(FunctionKey key, string qualifier, [MaybeNullWhen(false)] out Route route)
    {
        route = null;
        return kept.TryGet(key, out var known) && known.TryGetValue(qualifier, out route);
    }

    /// <summary>From the database; null when the qualifier names nothing.</summary>
    public async ValueTask<Route?> Read(FunctionKey key, string qualifier, CancellationToken stop)
    {
        var stamp = kept.Stamp();
        var route = await db.Read(session => ReleaseStore.Route(session, key, qualifier), stop);
        if (route is not null)
        {
            // Two lookups at once may lose one another's: the next one of the lost reads again.
            var known = kept.TryGet(key, out var others) && others.Count < Limits.KeptQualifiers ? others : ImmutableDictionary<string, Route>.Empty;
            kept.Keep(key, known.SetItem(qualifier, route), stamp);
        }
        return route;
    }

    public void Drop(FunctionKey key) => kept.Drop(key);

    /// <summary>Returns the functions of what was kept.</summary>
    public IReadOnlyCollection<FunctionKey> DropAll() => kept.DropAll();
}
