using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Standby;

/// <summary>One pool for each runtime that is installed, made when first asked for.</summary>
internal sealed class StandbyPools(SandboxBooter booter, TimeProvider time, ILogger log, CancellationToken stop)
{
    readonly ConcurrentDictionary<InstalledRuntime, StandbyPool> pools = new();

    public StandbyPool For(InstalledRuntime runtime) =>
        pools.GetOrAdd(runtime, key => new StandbyPool(key, booter, time, log, stop));

    public async ValueTask Tidy()
    {
        foreach (var pool in pools.Values)
            await pool.Tidy();
    }

    public async ValueTask Drain()
    {
        foreach (var pool in pools.Values)
            await pool.Drain();
    }
}
