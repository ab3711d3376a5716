namespace Aloft.Platform.Front;

static class Limits
{
    /// <summary>Of a Query form: ten SQS messages of 1 MiB in all, percent-encoded three times as long, and room.</summary>
    internal const int MaxFormBytes = 8 * 1024 * 1024;

    /// <summary>Up to here a declared length is believed and allocated at once; beyond, memory follows what has really arrived.</summary>
    internal const int TrustedBodyBytes = 1024 * 1024;

    internal const int FirstBufferBytes = 16 * 1024;

    /// <summary>Connections to one port inside a sandbox: as many descriptors as one of its processes may have, and each costs us one, too.</summary>
    internal const int SandboxConnections = 1024;

    /// <summary>After a connection could not be accepted, mostly for want of descriptors: it would fail again at once.</summary>
    internal static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);
}
