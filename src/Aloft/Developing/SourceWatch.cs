using System.Threading.Channels;

namespace Aloft.Developing;

/// <param name="Paths">Relative to the source's folder, with forward slashes; null when only a look at everything can tell.</param>
/// <param name="At">When the first of them was noticed: a timestamp of the clock.</param>
internal sealed record Save(IReadOnlySet<string>? Paths, long At);

/// <summary>
/// Notices what is saved below a folder, or to one file, and tells of it when the writing has settled. The kernel tells of each step of a
/// save; none of them says which is the last.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    readonly Channel<string?> events = Channel.CreateBounded<string?>(ProgramLimits.ChangedPaths);

    readonly FileSystemWatcher watcher;
    readonly TimeProvider clock;
    readonly string folder;
    readonly string? file;
    volatile bool everything; // more has happened than was kept
    long firstAt;

    public SourceWatch(string path, TimeProvider clock)
    {
        this.clock = clock;
        var isFolder = Directory.Exists(path);
        folder = isFolder ? path : Path.GetDirectoryName(path)!;
        file = isFolder ? null : Path.GetFileName(path);
        watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = isFolder,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
        };
        watcher.Created += (_, change) => Notice(change.FullPath);
        watcher.Changed += (_, change) => Notice(change.FullPath);
        watcher.Deleted += (_, change) => Notice(change.FullPath);
        watcher.Renamed += (_, change) =>
        {
            Notice(change.OldFullPath);
            Notice(change.FullPath);
        };
        watcher.Error += (_, _) => Notice(null);
        watcher.EnableRaisingEvents = true;
    }

    void Notice(string? path)
    {
        var relative = path is null ? null : Path.GetRelativePath(folder, path).Replace('\\', '/');
        if (relative is "." || (file is not null && relative is not null && relative != file))
            return;
        Interlocked.CompareExchange(ref firstAt, clock.GetTimestamp(), 0);
        if (!events.Writer.TryWrite(relative))
            everything = true;
    }

    /// <summary>The next save, when it has settled.</summary>
    public async Task<Save> Next(CancellationToken stop)
    {
        await events.Reader.WaitToReadAsync(stop);
        var began = clock.GetTimestamp();
        var paths = new HashSet<string>();
        var all = false;
        do
        {
            while (events.Reader.TryRead(out var path))
                if (path is null)
                    all = true;
                else
                    paths.Add(path);
        }
        while (clock.GetElapsedTime(began) < ProgramLimits.LongestSave && await More(ProgramLimits.SaveSettles, stop));
        all |= everything;
        everything = false;
        return new(all ? null : paths, Interlocked.Exchange(ref firstAt, 0) is > 0 and var at ? at : began);
    }

    /// <summary>Whether something more happens within that time.</summary>
    public async Task<bool> More(TimeSpan within, CancellationToken stop)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var more = events.Reader.WaitToReadAsync(both.Token).AsTask();
        var first = await Task.WhenAny(more, Task.Delay(within, clock, both.Token));
        await both.CancelAsync();
        stop.ThrowIfCancellationRequested();
        return first == more && await more;
    }

    public void Dispose() => watcher.Dispose();
}
