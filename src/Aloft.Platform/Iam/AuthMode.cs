namespace Aloft.Platform.Iam;

/// <summary><c>--auth</c>.</summary>
public enum AuthMode
{
    /// <summary>Anyone may call; what is signed by a key that this cloud knows must still match.</summary>
    Off,

    /// <summary>Every request is signed, well-formed, in time, by a key that this cloud knows, as on AWS.</summary>
    On,
}
