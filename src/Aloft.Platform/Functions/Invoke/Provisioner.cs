using System.Collections.Concurrent;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// Holds what is provisioned: tells each version's fleet how many instances to keep initialised. It looks again several times a second,
/// so whatever has changed, died or grown old is made good, and a start of the node begins like any other look.
/// </summary>
internal sealed class Provisioner
{
    readonly FunctionRegistry registry;
    readonly Invoker invoker;
    readonly HashSet<(FunctionKey Function, string Version)> held = [];
    readonly ConcurrentDictionary<(FunctionKey Function, string Version), string> unusable = new();

    public Provisioner(FunctionRegistry registry, Invoker invoker)
    {
        (this.registry, this.invoker) = (registry, invoker);
        registry.Provisioned.AllocationOf = AllocationOf;
    }

    public async ValueTask Look(CancellationToken stop)
    {
        var wanted = registry.Concurrency.Provisioned;
        if (wanted.Count + held.Count == 0)
            return;

        foreach (var slot in held.Except(wanted.Keys).ToList())
        {
            held.Remove(slot);
            unusable.TryRemove(slot, out _);
            invoker.FleetAt(slot)?.Provision(0);
        }
        foreach (var (slot, count) in wanted)
        {
            held.Add(slot);
            if (await registry.Find(slot.Function, slot.Version, stop) is not { IsSettling: false } version)
                continue; // it is being made ready, or goes: the next look tells
            if (version.State == FunctionState.Active)
                invoker.FleetOf(version).Provision(count);
            else
                unusable[slot] = $"The version is {version.State}: {version.Failure?.Reason}";
        }
    }

    Allocation AllocationOf(FunctionKey function, string version)
    {
        if (unusable.TryGetValue((function, version), out var reason))
            return new(0, 0, reason);
        return invoker.FleetAt((function, version))?.Allocation ?? default;
    }
}
