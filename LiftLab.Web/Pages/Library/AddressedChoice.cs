namespace LiftLab.Web.Pages.Library;

/// <summary>
/// A choice that a page stores in its address. The browser updates the address one round trip later, so the choice is used at once:
/// otherwise a second choice made before that would start from the value before the first.
/// </summary>
public sealed class AddressedChoice<T>
    where T : class, IEquatable<T>
{
    readonly Queue<T> onTheWay = new();
    T? addressed;

    /// <summary>The current choice. Call <see cref="Read"/> before its first use.</summary>
    public T Value { get; private set; } = default!;

    /// <summary>A person made this choice, and the browser is asked to store it in the address.</summary>
    public void Choose(T choice)
    {
        Value = choice;
        onTheWay.Enqueue(choice);
    }

    /// <summary>
    /// Reads the address. A late address of this page's own choices changes nothing; any other (a link, the back button) is taken.
    /// </summary>
    /// <param name="now">The choice in the address.</param>
    public void Read(T now)
    {
        if (now.Equals(addressed))
            return; // rendered again with the same address
        addressed = now;
        if (onTheWay.Contains(now))
            while (!onTheWay.Dequeue().Equals(now)) { } // the browser may merge two quick changes
        else
            onTheWay.Clear();
        if (onTheWay.Count == 0)
            Value = now;
    }
}
