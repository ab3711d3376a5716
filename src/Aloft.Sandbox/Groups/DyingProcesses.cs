using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Groups;

/// <summary>
/// Processes that were killed, held by pidfd until they have ended. Those whose parent has ended are ours to wait for, or they would
/// stay as zombies; by pidfd that can never hit another process that was given the same number.
/// </summary>
internal sealed class DyingProcesses : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, Child> dying = [];

    internal void Kill(IEnumerable<int> pids)
    {
        lock (gate)
        {
            foreach (var pid in pids)
            {
                if (!dying.ContainsKey(pid) && Child.TryOpen(pid) is { } process) dying.Add(pid, process);
                if (dying.TryGetValue(pid, out var known)) known.Signal(Signals.Kill);
            }
        }
    }

    /// <summary>Waits for those that have ended and are ours alone. Others may become ours when their parents have ended.</summary>
    internal void ReapOurs()
    {
        lock (gate)
        {
            foreach (var process in dying.Values.Where(process => !process.IsAnothersToo && process.TryReap()).ToArray())
            {
                dying.Remove(process.Pid);
                process.Dispose();
            }
        }
    }

    /// <summary>Waits for those that have ended.</summary>
    /// <returns>Whether all have.</returns>
    internal bool Reap()
    {
        lock (gate)
        {
            foreach (var process in dying.Values.Where(process => process.ReapIfOurs()).ToArray())
            {
                dying.Remove(process.Pid);
                process.Dispose();
            }
            return dying.Count == 0;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var process in dying.Values) process.Dispose();
        }
    }
}
