using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>What an extension can be told of.</summary>
[Flags]
internal enum LifecycleEvents { None = 0, Invoke = 1, Shutdown = 2 }

/// <summary>How far an extension has come; the names are those of AWS's log.</summary>
internal enum ExtensionState { Started, Registered, Ready, Running, LaunchError, InitError, ExitError, Exited }

/// <summary>One extension of an instance. Everything that changes is its <see cref="ExtensionSet"/>'s, under that one's lock.</summary>
/// <param name="name">The full name of its file in /opt/extensions; an internal one chooses its own.</param>
/// <param name="isExternal">It is a process of its own, not a part of the runtime's.</param>
internal sealed class Extension(string name, bool isExternal)
{
    public string Name => name;

    public bool IsExternal => isExternal;

    /// <summary>What it shows with every request.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public LifecycleEvents Events { get; set; }

    public ExtensionState State { get; set; }

    /// <summary>Why it failed: its own word, or the platform's.</summary>
    public string? ErrorType { get; set; }

    /// <summary>An event that it has not fetched yet.</summary>
    public byte[]? Pending { get; set; }

    /// <summary>Completed when an event arrives, while it waits for one.</summary>
    public TaskCompletionSource? Arrival { get; set; }

    /// <summary>It was told of the running invocation and has not asked for the next event since.</summary>
    public bool Busy { get; set; }

    /// <summary>The log has it that it failed.</summary>
    public bool IsFailureTold { get; set; }

    public ISandboxProcess? Process { get; set; }

    public bool HasRegistered => State is not (ExtensionState.Started or ExtensionState.LaunchError);

    public bool HasFailed => State is ExtensionState.LaunchError or ExtensionState.InitError or ExtensionState.ExitError or ExtensionState.Exited;

    /// <summary>INVOKE and SHUTDOWN, as it asked for them.</summary>
    public IEnumerable<string> EventNames()
    {
        if (Events.HasFlag(LifecycleEvents.Invoke))
            yield return "INVOKE";
        if (Events.HasFlag(LifecycleEvents.Shutdown))
            yield return "SHUTDOWN";
    }
}
