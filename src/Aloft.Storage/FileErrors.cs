namespace Aloft.Storage;

/// <summary>What the operating system's refusals mean to the person who runs Aloft.</summary>
internal static class FileErrors
{
    private const int NoSpace = 28; // ENOSPC, which .NET has no exception of its own for

    public static bool IsKnown(Exception e) => e is IOException or UnauthorizedAccessException;

    public static StorageException Explain(Exception e, string path)
    {
        var (failure, message) = e switch
        {
            IOException { HResult: NoSpace } => (StorageFailure.Full, $"No space is left for {path}. Free some on that disk"),
            UnauthorizedAccessException or DirectoryNotFoundException =>
                (StorageFailure.Denied, $"{path} cannot be written. Check that it belongs to this user, or choose another data folder"),
            _ => (StorageFailure.Unavailable, $"{path} cannot be used"),
        };
        return new(failure, $"{message} ({e.Message}).", e);
    }
}
