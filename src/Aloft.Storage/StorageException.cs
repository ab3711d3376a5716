namespace Aloft.Storage;

/// <summary>What kept storage from doing its work; what a caller may branch on.</summary>
public enum StorageFailure
{
    /// <summary>A unique, foreign key, check or not-null constraint refused the statement.</summary>
    Constraint,

    /// <summary>Other transactions kept getting in the way; trying later may succeed.</summary>
    Conflict,

    /// <summary>No space is left.</summary>
    Full,

    /// <summary>What is stored is not what was written.</summary>
    Corrupt,

    /// <summary>The folder, file or database may not be written, or the credentials were refused.</summary>
    Denied,

    /// <summary>Another process uses it.</summary>
    InUse,

    /// <summary>The database or disk does not answer; trying later may succeed.</summary>
    Unavailable,

    /// <summary>The tables are not those that this program makes and knows.</summary>
    Schema,

    /// <summary>The statement or its parameters are wrong: a bug in the caller, or an address that cannot be understood.</summary>
    Invalid,
}

/// <summary>
/// Storage failed. The message is for the person who runs Aloft: what is wrong, where, and what to do. Never holds a password.
/// </summary>
public sealed class StorageException(StorageFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public StorageFailure Failure { get; } = failure;
}
