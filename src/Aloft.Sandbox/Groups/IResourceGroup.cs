namespace Aloft.Sandbox.Groups;

/// <summary>
/// The processes of one sandbox as a whole: what they may use, have used, and how to stop them all. Implementations: control groups
/// of version 1 and 2, and, for a user who may not have those, a session of processes.
/// </summary>
internal interface IResourceGroup : IDisposable
{
    /// <summary>Takes a process, and its descendants from then on, into the group.</summary>
    void Adopt(int pid);

    void SetLimits(SandboxLimits limits);

    void Freeze();

    void Thaw();

    SandboxUsage Usage();

    /// <summary>Whether some process could run: it is on a processor, or waits for one. Of each, its first thread is looked at.</summary>
    bool IsRunnable();

    void ResetPeak();

    /// <summary>Whether the kernel has killed in this group for its memory limit.</summary>
    bool RanOutOfMemory();

    /// <summary>Ends every process of the group, frozen or not.</summary>
    void KillAll();

    /// <summary>Waits for those of the killed that have ended and that nobody else waits for.</summary>
    void ReapKilled();

    /// <summary>Takes the group away; ends what is still in it.</summary>
    /// <returns>false while a process has not ended yet: to be asked again.</returns>
    bool TryRemove();
}
